"""Local sandboxes: servers on loopback that speak a vendor's protocol over a seeded, deterministic world."""
