"""A page and its outlet to what it is and says: verdict, reading, furniture. Pure."""
