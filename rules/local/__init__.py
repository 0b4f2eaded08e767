"""本地制度: registered by a county in the browser, confirmed by a second person, superseded and never edited."""
