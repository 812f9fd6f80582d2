"""A folder of real handwritten digits, as somebody might have sorted scans: folders with spaces and umlauts."""

from pathlib import Path

from PIL import Image

from clusteer.data import inks

NAMES = ("black", "red", "blue", "green", "violet")
FOLDERS = ("Schöne Ziffern/Heft 1", "Schöne Ziffern/Heft 2 & 3", "Übungen (München)")


def draw_collection(folder: Path, n: int) -> dict[str, str]:
    """Write n pictures of the bundled set below a folder; return the ink of each, by its path there."""
    pixels, truths = inks.draw()
    ink_of = {}
    for row in range(n):
        path = Path(FOLDERS[row % len(FOLDERS)], f"Seite {row:03d}.png")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[row]).save(folder / path)
        ink_of[path.as_posix()] = NAMES[truths["ink"][row]]
    return ink_of
