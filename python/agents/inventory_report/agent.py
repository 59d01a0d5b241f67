"""Counts what this project is made of."""

import os
from collections import Counter
from pathlib import Path

from agent_platform import BaseAgent

ROOT = Path(__file__).resolve().parents[3]
SKIPPED = {"node_modules", "dist", "coverage", "__pycache__"}
LANGUAGES = {".ts": "typescript", ".py": "python", ".sql": "sql", ".md": "markdown", ".yml": "yaml"}


class InventoryReport(BaseAgent):
    name = "inventory_report"
    description = "Counts the files and lines of this project, by language"
    schedules = [{"cron": "17 * * * *", "time_zone": "UTC"}]
    time_limit_seconds = 60

    def run(self) -> dict:
        files = Counter()
        lines = Counter()
        longest_file, longest_lines = "", 0
        for path in source_files(ROOT):
            count = path.read_bytes().count(b"\n")
            language = LANGUAGES.get(path.suffix, "other")
            files[language] += 1
            lines[language] += count
            if count > longest_lines and language != "other":
                longest_file, longest_lines = str(path.relative_to(ROOT)), count
        return {
            "files": sum(files.values()),
            "lines": sum(lines.values()),
            **{f"files_{language}": count for language, count in files.items()},
            **{f"lines_{language}": count for language, count in lines.items()},
            "longest_file": longest_file,
            "longest_file_lines": longest_lines,
        }


def source_files(folder: Path):
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if not name.startswith(".") and path.is_file():
                yield path
