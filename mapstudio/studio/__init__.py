"""The studio: the Textual application over the same core that runs headless.

``run_studio`` and ``MapstudioApp`` are in :mod:`mapstudio.studio.app`; ``session`` is the editor without a screen.
"""
