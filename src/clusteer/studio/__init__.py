"""The studio: the web page where a person guides the clustering, and the HTTP API behind it."""
