#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Installs CoreSync as a Windows service from a published directory, without an installer package.
.DESCRIPTION
    Copies the programs to Program Files, makes the data directory that only administrators and the service can read, registers the service under its
    own virtual account with recovery actions, adds the command line to the machine's path and opens the port in the firewall.
    Running it again upgrades the programs. With -Uninstall it removes service, programs, path and firewall rule; the data directory stays.
.PARAMETER Source
    The directory that packaging/publish.sh made for win-x64.
.PARAMETER Listen
    Where the service listens.
.PARAMETER Name
    The FQDN of the core to make; leave it out when there is one already.
.EXAMPLE
    .\install.ps1 -Source C:\Temp\coresync -Name core1.example.net
.EXAMPLE
    .\install.ps1 -Uninstall
#>
[CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Install')]
param(
    [Parameter(Mandatory, ParameterSetName = 'Install')] [string] $Source,
    [Parameter(ParameterSetName = 'Install')] [string] $Listen = '0.0.0.0:443',
    [Parameter(ParameterSetName = 'Install')] [string] $Name,
    [Parameter(Mandatory, ParameterSetName = 'Uninstall')] [switch] $Uninstall
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$service = 'CoreSync'
$account = 'NT SERVICE\CoreSync'
$programs = Join-Path $env:ProgramFiles 'CoreSync'
$data = Join-Path $env:ProgramData 'CoreSync'
$rule = 'CoreSync (core servers)'

function Invoke-Native([string] $file, [string[]] $arguments) {
    & $file @arguments | Out-Host
    if ($LASTEXITCODE -ne 0) { throw "$file $($arguments -join ' ') ended with $LASTEXITCODE" }
}

function Stop-CoreSync {
    $found = Get-Service -Name $service -ErrorAction SilentlyContinue
    if ($found -and $found.Status -ne 'Stopped') {
        Stop-Service -Name $service
        # A job ends at a batch: what was acknowledged is not sent again.
        $found.WaitForStatus('Stopped', [TimeSpan]::FromSeconds(60))
    }
    return $found
}

# Inheritance off: the keys below are what other cores trust.
function Set-DataAccess {
    $acl = New-Object System.Security.AccessControl.DirectorySecurity
    $acl.SetAccessRuleProtection($true, $false)
    foreach ($identity in @('BUILTIN\Administrators', 'NT AUTHORITY\SYSTEM', $account)) {
        $acl.AddAccessRule((New-Object System.Security.AccessControl.FileSystemAccessRule($identity, 'FullControl', 'ContainerInherit,ObjectInherit', 'None', 'Allow')))
    }
    Set-Acl -LiteralPath $data -AclObject $acl
}

function Set-MachinePath([bool] $present) {
    $path = [Environment]::GetEnvironmentVariable('Path', 'Machine')
    $others = @($path -split ';' | Where-Object { $_ -and $_ -ne $programs })
    $wanted = if ($present) { $others + $programs } else { $others }
    [Environment]::SetEnvironmentVariable('Path', ($wanted -join ';'), 'Machine')
}

if ($Uninstall) {
    if ($PSCmdlet.ShouldProcess($service, 'Remove service and programs')) {
        if (Stop-CoreSync) { Invoke-Native 'sc.exe' @('delete', $service) }
        Remove-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue
        Set-MachinePath $false
        if (Test-Path -LiteralPath $programs) { Remove-Item -LiteralPath $programs -Recurse -Force }
        Write-Host "CoreSync was removed. The core in $data stays; delete it by hand if it is not needed any more."
    }
    return
}

foreach ($program in @('CoreSyncService.exe', 'coresync.exe')) {
    if (-not (Test-Path -LiteralPath (Join-Path $Source $program))) { throw "$Source holds no $program. Publish for Windows first: packaging/publish.sh DIRECTORY win-x64" }
}
$port = ($Listen -split ':')[-1]
if ($port -notmatch '^\d{1,5}$') { throw "'$Listen' is no address to listen on: give ADDRESS:PORT, such as 0.0.0.0:443" }

if ($PSCmdlet.ShouldProcess($programs, 'Install CoreSync')) {
    $existing = Stop-CoreSync
    New-Item -ItemType Directory -Path $programs -Force | Out-Null
    Copy-Item -Path (Join-Path $Source '*') -Destination $programs -Recurse -Force

    $binary = '"{0}"' -f (Join-Path $programs 'CoreSyncService.exe')
    if ($existing) {
        Invoke-Native 'sc.exe' @('config', $service, 'binPath=', $binary, 'obj=', $account, 'start=', 'delayed-auto')
    }
    else {
        Invoke-Native 'sc.exe' @('create', $service, 'binPath=', $binary, 'obj=', $account, 'start=', 'delayed-auto', 'DisplayName=', 'CoreSync')
    }
    Invoke-Native 'sc.exe' @('description', $service, 'Keeps the items of core servers in step')
    # A fault is restarted after 5, 10 and 60 seconds; also one that ends with an exit code instead of a crash.
    Invoke-Native 'sc.exe' @('failure', $service, 'reset=', '86400', 'actions=', 'restart/5000/restart/10000/restart/60000')
    Invoke-Native 'sc.exe' @('failureflag', $service, '1')
    Invoke-Native 'sc.exe' @('sidtype', $service, 'unrestricted')
    $environment = "CORESYNC__DATADIRECTORY=$data", "CORESYNC__LISTEN=$Listen"
    Set-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\$service" -Name 'Environment' -Type MultiString -Value $environment

    New-Item -ItemType Directory -Path $data -Force | Out-Null
    Set-DataAccess
    Set-MachinePath $true
    Remove-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue
    New-NetFirewallRule -DisplayName $rule -Direction Inbound -Action Allow -Protocol TCP -LocalPort $port -Program (Join-Path $programs 'CoreSyncService.exe') | Out-Null

    $command = Join-Path $programs 'coresync.exe'
    $hasCore = Test-Path -LiteralPath (Join-Path $data 'coresync.db')
    if (-not $hasCore -and $Name) {
        Invoke-Native $command @('init', '--name', $Name, '--data', $data)
        $hasCore = $true
    }
    if ($hasCore) {
        Start-Service -Name $service
        & $command 'doctor' '--data' $data | Out-Host
    }
    else {
        Write-Host "Make the core with: coresync init --name core1.example.net --data `"$data`"; then: Start-Service $service"
    }
}
