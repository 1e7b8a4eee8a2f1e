"""The studio: the Textual application over the same core that runs headless."""
