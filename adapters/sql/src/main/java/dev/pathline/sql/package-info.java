/** Jobs in an SQL database: SQLite in a file of this machine, or PostgreSQL. The statements are the same. */
@NullMarked
package dev.pathline.sql;

import org.jspecify.annotations.NullMarked;
