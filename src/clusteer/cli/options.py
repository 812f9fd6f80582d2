"""Arguments and options that several commands share, so that each has one name and one explanation."""

from pathlib import Path
from typing import Annotated

import typer

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the session.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")]
FitMethod = Annotated[
    str | None,
    typer.Option(
        "--method",
        metavar="M",
        help="The groups of the last clusteer fit with this deep method (dcc, idec, spherepair, adc, idc, pcl), or "
        "those before any answer (start) or of the last round that answers have followed (last), not the instant ones.",
    ),
]
Annotator = Annotated[str, typer.Option("--annotator", metavar="A", help="Who answers, where several people do.")]
Images = Annotated[
    Path | None,
    typer.Option(
        "--images",
        metavar="DIR",
        help="Folder of PNG, JPEG, WebP, TIFF, BMP, GIF and HEIC pictures, or an .npz file of pictures.",
    ),
]
Texts = Annotated[
    Path | None,
    typer.Option(
        "--texts",
        metavar="PLACE",
        help="Texts: a .txt file with one a line, a .csv or .jsonl, or a folder of .txt files.",
    ),
]
Column = Annotated[
    str | None,
    typer.Option(
        "--column", metavar="C", help="Which column of the .csv or .jsonl; needed where more than one could be meant."
    ),
]
Dataset = Annotated[
    str | None,
    typer.Option("--dataset", metavar="NAME", help="A named set: inks, scenes, mnist, fashion-mnist or cifar10."),
]
Split = Annotated[str, typer.Option("--split", metavar="SPLIT", help="Part of a named set: all, train or test.")]
Features = Annotated[
    Path | None,
    typer.Option(
        "--features",
        metavar="F.npy",
        help="Your own features as .npy, .npz or .csv: one row per picture in order of path, or a .csv naming them.",
    ),
]
EncoderName = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        metavar="E",
        help="pixels, efficientnet-lite0, efficientnet-lite2, tiny-clip, clip:NAME or hub:NAME of a model hub or in a "
        "folder, or several joined by +; the default is pretrained. Texts are encoded with tfidf.",
    ),
]
StrategyName = Annotated[
    str | None,
    typer.Option(
        "--strategy",
        metavar="Q",
        help="What asks: margin (single items, the default), pages (a group's page at a time), farthest-first, "
        "uniform, audit, margin-audited (every third question tells how good the groups are), margin-reasking (asks "
        "again where an answer is doubted), triplets, marks, value-mining, or pairs alone: boundary, boundary-check, "
        "boundary-partition, boundary-uncertain, "
        "boundary-random, uncertain-pairs, uncertain-pairs-only or hard-pairs.",
    ),
]
