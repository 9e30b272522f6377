"""The steps of the work, one module each: files in, files out, a frozen result back.

A stage never prints and never stops for one bad page, catalog or language: what went wrong is a finding of the
result. Results hold counts and paths, never pages, so that a run's memory does not grow with the site.
"""
