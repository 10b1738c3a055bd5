"""The proof of the door to the network."""
