"""Cuts the typeface to the letters we show, into static/fonts/ (generated, not committed)."""

import io
import logging
from pathlib import Path

import font_manrope
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEIGHTS = (400, 700)  # the lightest and the boldest we set; the font has 200 to 800
FEATURES = ["kern", "liga", "tnum", "calt", "case", "ccmp", "locl", "mark", "mkmk"]
# Dashes, quotes, arrows, minus and the comparison signs: small, so they ride with Latin.
SIGNS = [
    *range(0x2010, 0x2028),
    0x2030,
    0x2039,
    0x203A,
    0x20AC,
    0x2122,
    *range(0x2190, 0x2194),
    0x2212,
    0x2260,
    0x2264,
    0x2265,
]
SUBSETS = {
    "latin": [*range(0x20, 0x7F), *range(0xA0, 0x100), *SIGNS],
    "latin-ext": [*range(0x100, 0x250), 0x1E9E, 0x20AB, 0x20BA, 0x20BD],
    "cyrillic": [*range(0x400, 0x460), 0x490, 0x491, 0x2116],
    "greek": [*range(0x370, 0x400)],
}


class Command(BaseCommand):
    help = "Makes the typeface's web files. Does nothing when they are there; pages show system-ui without them."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help="make them anew")

    def handle(self, *args, again=False, **options):
        logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells every glyph it keeps
        folder = Path(settings.BASE_DIR) / "static" / "fonts"
        styles = folder / "manrope.css"
        if styles.exists() and not again:
            return
        try:
            build(folder)
        except Exception as error:  # any font library's error: the pages do without
            raise CommandError(f"The typeface could not be made ({error}); pages use the system's.") from error
        size = sum(file.stat().st_size for file in folder.glob("*.woff2"))
        self.stdout.write(f"Typeface: {size // 1024} KB in static/fonts/")


def build(folder):
    """Writes one woff2 file a subset into `folder`, and last manrope.css, which says that all are there."""
    folder.mkdir(parents=True, exist_ok=True)
    source = Path(font_manrope.__file__).parent / "files" / "Manrope-VariableFont_wght.ttf"
    for name, letters in SUBSETS.items():
        (folder / f"manrope-{name}.woff2").write_bytes(cut(source, letters))
    (folder / "manrope.css").write_text("".join(face(name, letters) for name, letters in SUBSETS.items()))


def cut(source, letters):
    """The font file's bytes as woff2, with these letters (code points) and our weights only."""
    options = Options()
    options.layout_features, options.hinting = FEATURES, False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    font = TTFont(source)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(_reread(font), {"wght": WEIGHTS})
    font.flavor = "woff2"
    return _bytes(font)


def _reread(font):
    # The instancer trips over tables the subsetter has left half-loaded.
    return TTFont(io.BytesIO(_bytes(font)))


def _bytes(font):
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def face(name, letters):
    """The @font-face rule of one subset; the browser fetches it only when a page has such a letter."""
    return (
        f'@font-face{{font-family:Manrope;src:url(manrope-{name}.woff2) format("woff2");'
        f"font-weight:{WEIGHTS[0]} {WEIGHTS[1]};font-display:swap;unicode-range:{unicode_range(letters)}}}\n"
    )


def unicode_range(letters):
    """Code points as CSS says them: [0x20, 0x21, 0x41] gives "U+20-21,U+41"."""
    spans = []
    for letter in sorted(letters):
        if spans and letter == spans[-1][1] + 1:
            spans[-1][1] = letter
        else:
            spans.append([letter, letter])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)
