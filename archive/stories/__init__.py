"""The same story in other languages: what is compared (`facts` of `numbers`, `names`, `places`, `topics`), and what it
comes to (`evidence`, `score`). Pure; the measures are told in docs/stories.md."""
