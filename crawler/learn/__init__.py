"""What the looks at an outlet's articles teach of it: rules proposed, and tried on the same looks. Pure."""
