//! Every edit, done to a message that was signed, and what the doctor says of it.
