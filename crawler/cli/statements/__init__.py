"""Commands about what policies state: promises in time, and statements by period."""
