"""What holds for every input: promises of the library, tried with random ones."""
