"""How a request is read, before anything is known about it."""

from __future__ import annotations

from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.settings import Settings


class RequestDecisions:
    """Which methods are served, and which parameters count."""

    def before(self, call: Call) -> None:
        """Do something before a request is looked at, or refuse it: nothing."""

    def token_methods(self, settings: Settings) -> tuple[str, ...]:
        """Return the methods of the token endpoint."""
        return (settings.token.method,)

    def token_parameters(self, call: Call) -> Parameters:
        """Return the parameters that count at the token endpoint."""
        places = {"query": call.query, "form": call.form}
        return places[call.settings.token_parameters]

    def token_parameter(self, call: Call, name: str) -> str | None:
        """Return one parameter of a token request; a blank one is absent."""
        return self.token_parameters(call).get(name)

    def readable(self, call: Call, parameters: Parameters) -> bool:
        """Return whether all parameters are text."""
        del call
        return parameters.readable and not any("\0" in value for _, value in parameters.pairs)

    def repetition_refused(self, call: Call, name: str) -> bool:
        """Return whether a parameter must not come twice (RFC 6749 section 3.2).

        None may but the one of RFC 8707, where that is known.
        """
        return name != "resource" or not call.settings.targets

    def target_acceptable(self, call: Call, target: str) -> bool:
        """Return whether a token may be asked for a resource: for the server's own (RFC 8707)."""
        return not call.settings.targets or target in call.settings.targets

    def grant_type(self, call: Call) -> str | None:
        """Return the grant that is asked for."""
        return self.token_parameter(call, "grant_type")

    def grant_served(self, call: Call, grant_type: str) -> bool:
        """Return whether a grant is served."""
        return grant_type in call.settings.grants
