"""The catalogue of questions: what an analyst may ask, with its parameters, filters, columns and an example."""
