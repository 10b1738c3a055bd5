"""The proof of the suite itself, mirroring the package."""
