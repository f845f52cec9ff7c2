"""HTML as its texts, for tests: closed in order, without scripts or anything from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser


class Reader(HTMLParser):
    """The texts of elements, in order, of HTML whose elements are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.texts = [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag not in {"script", "link", "iframe", "img", "style"}
        assert not [name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}]
        self.open.append(tag)
        self.texts.append((tag, ""))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        tag, text = self.texts[-1]
        self.texts[-1] = tag, text + data

    def of(self, *tags):
        return [text for tag, text in self.texts if tag in tags]
