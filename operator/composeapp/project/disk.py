"""The author's files, as the parser asks for them."""

from __future__ import annotations

from pathlib import Path

from composeapp.compose.files import UnreadableFileError


class Disk:
    """Reads files relative to the project's folder; ``texts`` are those that were read, in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.texts: dict[str, str] = {}

    def read(self, path: str) -> str:
        """
        Return a file's text.

        Raises:
            UnreadableFileError: if there is none, or no text in it.

        """
        try:
            text = self._place(path).read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise UnreadableFileError(f"{path} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise UnreadableFileError(f"{path} cannot be read: it is not UTF-8 text") from error
        self.texts[path] = text
        return text

    def has(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return self._place(path).is_file()

    def _place(self, path: str) -> Path:
        return self._folder / Path(path).expanduser()
