"""What a person has withheld or expunged: what goes (`plan`, `holding`), what stands in its place (`emptied`, `rows`),
what is on record of it (`ledger`), and how it is done, whole or at the next call (`carry_out`)."""
