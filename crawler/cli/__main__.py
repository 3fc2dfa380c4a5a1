"""The command line as a module: `python -m crawler.cli`."""

if __name__ == "__main__":  # false in worker processes, which import this module under another name
    from crawler.cli import main

    main()
