"""SQL in, rows out: the only room that knows SQLAlchemy and Alembic."""
