@echo off
rem Starts Unroll. `unroll --help` lists the commands.
rem
rem   JAVA_HOME         a Java to prefer, if it is 25 or newer
rem   UNROLL_JAVA_OPTS  more options for the JVM
setlocal DisableDelayedExpansion
set "UNROLL_ROOT=%~dp0.."
set "UNROLL_JAVA=%UNROLL_ROOT%\java\bin\java.exe"
if exist "%UNROLL_JAVA%" goto found
if not defined JAVA_HOME goto path
rem Some have put quotes into it.
set "UNROLL_JAVA=%JAVA_HOME:"=%\bin\java.exe"
call :version
if not errorlevel 1 goto found
:path
set "UNROLL_JAVA=java.exe"
call :version
if not errorlevel 1 goto found
echo Unroll needs Java 25 or newer, and there is none in JAVA_HOME or on the PATH.>&2
echo Get one from https://adoptium.net, or take the archive of Unroll that brings its own.>&2
exit /b 2

rem Ends with 1 where UNROLL_JAVA is no Java, or an older one.
:version
set "UNROLL_VERSION=0"
rem Without `call`, cmd would take the quotes of C:\Program Files (x86) away.
for /f "tokens=2 delims=. " %%v in ('call "%UNROLL_JAVA%" --version 2^>nul') do (
  set "UNROLL_VERSION=%%v"
  goto compare
)
:compare
for /f "tokens=1 delims=-+" %%v in ("%UNROLL_VERSION%") do set "UNROLL_VERSION=%%v"
if %UNROLL_VERSION% geq 25 exit /b 0
exit /b 1

:found
rem The Vector API where the runtime has it; a text is written in plain Java, which starts sooner.
set "UNROLL_OPTIONS=-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Dhardwood.uselibdeflate=false"
if "%~1"=="generate" (
  set "UNROLL_OPTIONS=%UNROLL_OPTIONS% -Dunroll.kernels=scalar"
) else (
  "%UNROLL_JAVA%" --list-modules | findstr /b "jdk.incubator.vector" >nul && call :vector
)
"%UNROLL_JAVA%" %UNROLL_OPTIONS% -Dunroll.command=unroll %UNROLL_JAVA_OPTS% -cp "%UNROLL_ROOT%\lib\*" dev.unroll.app.Main %*
exit /b %errorlevel%

:vector
set "UNROLL_OPTIONS=%UNROLL_OPTIONS% --add-modules jdk.incubator.vector"
exit /b 0
