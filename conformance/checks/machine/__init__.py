"""The state machine over the life of codes and tokens: whatever it does, the table must hold."""

from conformance.checks.machine.campaign import Campaign, campaign_of

__all__ = ["Campaign", "campaign_of"]
