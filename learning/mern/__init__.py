"""The move from an Express and Mongoose server: docs/from-mern-lms.md, decision 0027."""
