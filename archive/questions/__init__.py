"""What an analyst asks the archive, as typed rows. Every SELECT that answers a person lives in this room."""
