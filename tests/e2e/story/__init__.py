"""The main job on the sample county, step by step; the demo tells it, the end-to-end test runs it."""
