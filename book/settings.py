"""Where things lie in the book and what they are called: the one place that knows.

Everything else in `book` asks here, so that another course, or another layout of this one, changes this file.
"""

from __future__ import annotations

import re

# A chapter's page is ``chapters/NN_topic``; its page of exercises has the same NN_topic.
CHAPTER = re.compile(r"(?:^|/)(\d\d)_")
CHAPTERS = "chapters/[0-9][0-9]_*"
EXERCISE_PAGES = "exercises/pages"
SEARCH_PAGE, INDEX_PAGE = "pages/search", "pages/genindex"

# What notebooks store beside texts, by the type of the output.
CHART_MIME = "application/vnd.vegalite.v6+json"
VERDICT_MIME = "application/vnd.verdict+json"
