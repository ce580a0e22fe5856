"""A design as text: YAML that is read back, a Markdown document, a Mermaid diagram."""
