"""What is kept and returned: results, decisions of markers, tables, feedback and the desk."""
