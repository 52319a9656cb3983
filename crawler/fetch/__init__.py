"""What every request passes on its way out: the gate, robots.txt, the pace, the bounds, the browser."""
