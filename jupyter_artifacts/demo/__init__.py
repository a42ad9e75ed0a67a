"""A team to try things on: four people, their runs and their JupyterLab."""
