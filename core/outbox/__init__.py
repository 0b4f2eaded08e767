"""What leaves the house: rows written in the transaction that causes them, sent afterwards, once.

``models`` the rows · ``kinds`` what a row says, rendered when it is sent · ``queue`` writing, claiming, sending ·
``mail`` and ``robots`` the ways out · ``services`` the verbs · ``words`` sentences for what went wrong.
"""
