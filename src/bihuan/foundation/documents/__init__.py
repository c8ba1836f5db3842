"""Documents (文书): docx templates, typed xlsx, PDF, document numbers (文号) and issued copies (已发文书).

Names no domain app: an app brings its own `documents/` folder and registers what is in it; see
docs/development/documents.md.
"""
