package com.cloudbees.groovy.cps

import java.lang.annotation.Retention
import java.lang.annotation.RetentionPolicy

/** Marks a method that runs as ordinary Groovy, to its end, without a step inside. */
@Retention(RetentionPolicy.RUNTIME)
@interface NonCPS { }
