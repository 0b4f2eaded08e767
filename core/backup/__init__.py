"""Backups: one archive that holds every table and every file, and reads the same on SQLite and PostgreSQL.

``archive``   the file itself: a zip of tables as lines of JSON, of files, and of a signed list of contents
``tables``    rows out of the database and into it, exactly as they are stored
``taking``    making an archive from one snapshot, while people go on working
``restoring`` checking an archive and putting it into an empty installation, or in place of what is there
``nightly``   the archives of an installation: made by a job, kept for some days
"""
