/** The API as a process of its own. */
@NullMarked
package dev.pathline.api.service;

import org.jspecify.annotations.NullMarked;
