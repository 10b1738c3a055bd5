"""The proof of the contract: what is shipped, what is refused, and that nothing else is known."""
