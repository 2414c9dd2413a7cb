/** The trainer's runs over HTTP: what a trainer offers to other processes, and how they reach it. */
@NullMarked
package dev.pathline.http;

import org.jspecify.annotations.NullMarked;
