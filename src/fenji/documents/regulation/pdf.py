"""HTML as PDF by WeasyPrint, which the extra ``pdf`` brings; Pango and a Chinese font come from the system."""

from __future__ import annotations

from fenji.i18n import Message

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"


class PdfError(RuntimeError):
    """PDF files cannot be made here; the message says what to install."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.text)


def pdf(page: str) -> bytes:
    """A page as PDF.

    Args:
        page: a whole HTML page that loads nothing.

    Raises:
        PdfError: when WeasyPrint or the libraries it needs are absent.
    """
    try:
        from weasyprint import HTML
    except ImportError as error:
        raise PdfError(Message("PDF needs WeasyPrint; install it with: pip install 'fenji[pdf]'")) from error
    except OSError as error:
        raise PdfError(
            Message("PDF needs system libraries; on Debian: apt-get install {packages}", packages=PACKAGES)
        ) from error
    return bytes(HTML(string=page, url_fetcher=_nothing).write_pdf(pdf_tags=True, presentational_hints=False))


def _nothing(url: str) -> dict[str, object]:
    raise ValueError(url)
