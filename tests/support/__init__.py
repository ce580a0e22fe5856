"""What several tests stand on: builders of designs, data and classes, a JupyterLab in Chromium, hostile submissions."""
