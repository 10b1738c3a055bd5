"""Runs check cases against one service, in their order, and writes down what happens."""
