; The Windows installer, for Inno Setup 6.3 or later, made of the folder that packaging/build.py makes:
;   iscc /DVersion=0.1.0 /DBuild=..\..\dist\cxrviewer /DOutput=..\..\dist packaging\windows\cxrviewer.iss
; Build and Output are relative to this file. It installs per user, so that no administrator is needed; one who wants it
; for everybody says /ALLUSERS. Nothing is downloaded, and what the program has stored of its user stays when it is removed.

#ifndef Version
  #error Expected /DVersion=, the version in cxrviewer/version.py.
#endif
#ifndef Build
  #define Build "..\..\dist\cxrviewer"
#endif
#ifndef Output
  #define Output "..\..\dist"
#endif
#define Here AddBackslash(SourcePath)
#if !FileExists(Here + Build + "\cxrviewer.exe")
  #error Expected the folder of a build in Build, found no cxrviewer.exe there; run packaging\build.py first.
#endif
; The VC++ runtime lies beside the program (Microsoft allows that, "local deployment"): installing the shared one would
; need an administrator. Python needs the first two, Qt and LiteRT the third; without them nothing starts.
#if !FileExists(Here + Build + "\_internal\VCRUNTIME140.dll")
  #error Expected VCRUNTIME140.dll in the build.
#endif
#if !FileExists(Here + Build + "\_internal\VCRUNTIME140_1.dll")
  #error Expected VCRUNTIME140_1.dll in the build.
#endif
#if !FileExists(Here + Build + "\_internal\MSVCP140.dll") && !FileExists(Here + Build + "\_internal\PySide6\MSVCP140.dll")
  #error Expected MSVCP140.dll in the build.
#endif

[Setup]
AppId={{6F0C6F0B-6B1E-4C1D-9C3B-7D2A5E0C41D8}
AppName=cxrviewer
AppVersion={#Version}
AppVerName=cxrviewer {#Version}
AppPublisher=The cxrviewer authors
AppComments=Chest radiographs: viewing and classification. Research use only, not for diagnosis.
DefaultDirName={autopf}\cxrviewer
DisableProgramGroupPage=yes
DisableDirPage=auto
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Qt 6.10 and its like ask for Windows 10, version 1809
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
UninstallDisplayIcon={app}\cxrviewer.exe
UninstallDisplayName=cxrviewer {#Version}
ChangesAssociations=yes
CloseApplications=yes
RestartApplications=no
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
OutputDir={#Output}
OutputBaseFilename=cxrviewer-{#Version}-windows-x86_64

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.OpenDicom=Open DICOM files (.dcm) with cxrviewer, unless another program does
de.OpenDicom=DICOM-Dateien (.dcm) mit cxrviewer öffnen, wenn es kein anderes Programm tut
en.OfferOpenWith=Offer cxrviewer under "Open with" for pictures and folders
de.OfferOpenWith=cxrviewer bei Bildern und Ordnern unter „Öffnen mit“ anbieten
en.OpenFolder=Open with cxrviewer
de.OpenFolder=Mit cxrviewer öffnen

[Tasks]
Name: "dicom"; Description: "{cm:OpenDicom}"
Name: "openwith"; Description: "{cm:OfferOpenWith}"
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; else files that an earlier version had, and this one does not, would be found and loaded
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Build}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\cxrviewer"; Filename: "{app}\cxrviewer.exe"
Name: "{autodesktop}\cxrviewer"; Filename: "{app}\cxrviewer.exe"; Tasks: desktopicon

[Registry]
; What Windows needs to show the program under "Open with", for whichever file
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "cxrviewer"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe\shell\open\command"; ValueType: string; ValueData: """{app}\cxrviewer.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe\SupportedTypes"; ValueType: string; ValueName: ".dcm"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\cxrviewer.film"; ValueType: string; ValueData: "Radiograph"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\cxrviewer.film\DefaultIcon"; ValueType: string; ValueData: "{app}\cxrviewer.exe,0"
Root: HKA; Subkey: "Software\Classes\cxrviewer.film\shell\open\command"; ValueType: string; ValueData: """{app}\cxrviewer.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.dcm\OpenWithProgids"; ValueType: string; ValueName: "cxrviewer.film"; ValueData: ""; Flags: uninsdeletevalue
; The default of .dcm is taken only where nobody has it, and given back by the code below only where it is still ours
Root: HKA; Subkey: "Software\Classes\.dcm"; ValueType: string; ValueData: "cxrviewer.film"; Flags: createvalueifdoesntexist; Tasks: dicom
Root: HKA; Subkey: "Software\Classes\.dicom\OpenWithProgids"; ValueType: string; ValueName: "cxrviewer.film"; ValueData: ""; Flags: uninsdeletevalue; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe\SupportedTypes"; ValueType: string; ValueName: ".dicom"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.png\OpenWithProgids"; ValueType: string; ValueName: "cxrviewer.film"; ValueData: ""; Flags: uninsdeletevalue; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe\SupportedTypes"; ValueType: string; ValueName: ".png"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.jpg\OpenWithProgids"; ValueType: string; ValueName: "cxrviewer.film"; ValueData: ""; Flags: uninsdeletevalue; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe\SupportedTypes"; ValueType: string; ValueName: ".jpg"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.jpeg\OpenWithProgids"; ValueType: string; ValueName: "cxrviewer.film"; ValueData: ""; Flags: uninsdeletevalue; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe\SupportedTypes"; ValueType: string; ValueName: ".jpeg"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.tif\OpenWithProgids"; ValueType: string; ValueName: "cxrviewer.film"; ValueData: ""; Flags: uninsdeletevalue; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe\SupportedTypes"; ValueType: string; ValueName: ".tif"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.tiff\OpenWithProgids"; ValueType: string; ValueName: "cxrviewer.film"; ValueData: ""; Flags: uninsdeletevalue; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe\SupportedTypes"; ValueType: string; ValueName: ".tiff"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.bmp\OpenWithProgids"; ValueType: string; ValueName: "cxrviewer.film"; ValueData: ""; Flags: uninsdeletevalue; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe\SupportedTypes"; ValueType: string; ValueName: ".bmp"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.webp\OpenWithProgids"; ValueType: string; ValueName: "cxrviewer.film"; ValueData: ""; Flags: uninsdeletevalue; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\cxrviewer.exe\SupportedTypes"; ValueType: string; ValueName: ".webp"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Directory\shell\cxrviewer"; ValueType: string; ValueData: "{cm:OpenFolder}"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Directory\shell\cxrviewer"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\cxrviewer.exe,0"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Directory\shell\cxrviewer\command"; ValueType: string; ValueData: """{app}\cxrviewer.exe"" ""%1"""; Tasks: openwith

[Run]
Filename: "{app}\cxrviewer.exe"; Description: "{cm:LaunchProgram,cxrviewer}"; Flags: nowait postinstall skipifsilent

[Code]
procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Opener: String;
begin
  if (CurUninstallStep = usUninstall) and
     RegQueryStringValue(HKA, 'Software\Classes\.dcm', '', Opener) and (Opener = 'cxrviewer.film') then
    RegDeleteValue(HKA, 'Software\Classes\.dcm', '');
end;
