"""Documents (文书): docx, xlsx and PDF engine, document numbers, issued copies."""
