"""What a widget shows where no widget can live: HTML, SVG and plain text.

Untrusted outputs, nbconvert, GitHub, a dead kernel, a terminal: sanitizers there
strip `<style>` and `<svg>`, so styles stand inline and drawings are images.
"""

from __future__ import annotations
