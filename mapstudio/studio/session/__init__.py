"""The editor without a screen: document, history, sample, preview, problems, autosave. Nothing here knows Textual."""
