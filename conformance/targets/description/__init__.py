"""What a target file says of a running service, completed by what the service publishes itself."""
