"""The demo: the sample project on local sandboxes of its own, in the studio or headless."""
