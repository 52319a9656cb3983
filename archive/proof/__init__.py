"""What is handed to somebody who does not take our word."""
