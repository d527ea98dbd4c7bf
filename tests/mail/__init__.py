"""Mail: words, bytes and servers."""
